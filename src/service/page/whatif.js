// What-ifs: the numbers that planners change most, and a new job that is compared with the old one.

import { element, problemList } from './dom.js';
import { fromJson, offer } from './start.js';
import { text } from './texts.js';

const statuses = ['candidate', 'existing', 'required', 'forbidden'];

export function whatIf(place, job, scenario, report) {
  const form = element('div', { class: 'limits' });
  const changes = [];
  // A number; `change` puts it into a scenario when somebody has touched it.
  const field = (label, id, value, change, attributes = {}) => {
    const input = element('input', { type: 'number', id, step: 'any', value, ...attributes });
    const before = input.value;
    changes.push((target) => { if (input.value !== before) change(target, input.value === '' ? null : Number(input.value)); });
    form.append(element('label', {}, label, input));
  };
  const set = (name) => (target, value) => { if (value === null) delete target[name]; else target[name] = value; };
  if (scenario.kind !== 'routing') {
    field(text('sites_min'), 'sites-min', scenario.sites_min ?? '', set('sites_min'), { min: 0, step: 1 });
    field(text('sites_max'), 'sites-max', scenario.sites_max ?? '', set('sites_max'), { min: 1, step: 1 });
    const coverage = scenario.coverage || {};
    if (coverage.radius !== undefined) {
      // Meters as kilometers, seconds as minutes.
      const [label, unit] = coverage.measure === 'duration' ? ['radius_seconds', 60] : ['radius', 1000];
      field(text(label), 'radius', coverage.radius / unit, (target, radius) => set('radius')(target.coverage, radius === null ? null : radius * unit), { min: 0 });
    }
    if (scenario.budget !== undefined || (scenario.sites || []).some((site) => site.opening_cost)) {
      field(text('budget'), 'budget', scenario.budget ?? '', set('budget'), { min: 0 });
    }
    changes.push(siteStatus(form, scenario, report));
  }
  if (scenario.kind === 'siting') {
    field(text('longest_distance'), 'longest-distance', '', (target, kilometers) => {
      for (const demand of target.demands) set('max_distance')(demand, kilometers === null ? null : kilometers * 1000);
    }, { min: 0 });
    field(text('demand_change'), 'demand', 0, (target, share) => {
      for (const demand of target.demands) demand.quantity = scaled(demand.quantity, share);
    }, { min: -99 });
  } else {
    field(text('demand_change'), 'demand', 0, (target, share) => {
      for (const order of target.orders || []) {
        for (const what of ['delivery', 'pickup']) if (order[what] !== undefined) order[what] = scaled(order[what], share);
      }
      for (const shipment of target.shipments || []) {
        if (shipment.quantity !== undefined) shipment.quantity = scaled(shipment.quantity, share);
      }
    }, { min: -99 });
    for (const [row, vehicle] of (scenario.vehicles || []).slice(0, 8).entries()) {
      field(`${text('fleet')} ${vehicle.id}`, `fleet-${row}`, vehicle.count ?? 1,
        (target, count) => set('count')(target.vehicles[row], count), { min: 1, step: 1 });
    }
  }
  const changed = () => {
    const target = structuredClone(scenario);
    changes.forEach((change) => change(target));
    return target;
  };
  const next = element('div', {});
  const whole = element('textarea', { rows: 12, spellcheck: 'false', 'aria-label': text('whole_scenario'), hidden: true });
  const go = element('button', {
    type: 'button', class: 'main', id: 'try',
    onclick: async () => {
      try {
        await offer(next, whole.hidden ? changed() : fromJson(whole.value), job.id);
      } catch (error) {
        next.replaceChildren(problemList(error.problem || { title: error.message }));
      }
    },
  }, text('try_it'));
  const edit = element('button', {
    type: 'button',
    onclick: () => { whole.value = JSON.stringify(changed(), null, 1); whole.hidden = false; whole.focus(); },
  }, text('whole_scenario'));
  place.append(element('section', { class: 'what-if' }, element('h2', {}, text('what_if')),
    element('p', { class: 'note' }, text('what_if_words')), form, whole, element('p', { class: 'buttons' }, go, edit), next));
}

// A quantity with so many percent more.
function scaled(quantity, percent) {
  const round = (amount) => Math.round(amount * (1 + percent / 100) * 1000) / 1000;
  if (typeof quantity === 'number') return round(quantity);
  return Object.fromEntries(Object.entries(quantity).map(([name, amount]) => [name, round(amount)]));
}

// A list of sites with their status; a click on the map chooses the site and moves its status on. What it returns puts
// the chosen statuses into a scenario.
function siteStatus(form, scenario, report) {
  const names = Object.fromEntries(scenario.locations.map((location) => [location.id, location.name || location.id]));
  const before = Object.fromEntries(scenario.sites.map((site) => [site.id, site.status ?? 'candidate']));
  const chosen = new Map();
  const sites = element('select', { id: 'site' }, scenario.sites.map((site) => element('option', { value: site.id }, `${names[site.location]} (${site.id})`)));
  const status = element('select', { id: 'site-status' }, statuses.map((name) => element('option', { value: name }, text(name))));
  const list = element('p', { class: 'note' });
  const show = () => { status.value = chosen.get(sites.value) ?? before[sites.value]; };
  const choose = () => {
    if (status.value === before[sites.value]) chosen.delete(sites.value);
    else chosen.set(sites.value, status.value);
    list.textContent = [...chosen].map(([id, name]) => `${id}: ${text(name)}`).join(', ');
  };
  sites.addEventListener('change', show);
  status.addEventListener('change', choose);
  show();
  form.append(element('label', {}, text('site_status'), sites, status), list);
  // The next status of a site that somebody points at.
  const turn = (id) => {
    sites.value = id;
    show();
    status.value = statuses[(statuses.indexOf(status.value) + 1) % statuses.length];
    choose();
    form.scrollIntoView({ block: 'center' });
  };
  for (const chart of report?.querySelectorAll('.js-plotly-plot') ?? []) {
    chart.on('plotly_click', (event) => {
      const id = event.points.map((point) => point.id).find((it) => typeof it === 'string' && it.startsWith('site:'));
      if (id) turn(id.slice('site:'.length));
    });
  }
  for (const row of report?.querySelectorAll('tr[data-site]') ?? []) row.addEventListener('click', () => turn(row.dataset.site));
  return (target) => {
    for (const site of target.sites.filter((it) => chosen.has(it.id))) {
      site.status = chosen.get(site.id);
      // An existing site is open already; only one that is open today costs something to close.
      if (site.status === 'existing') delete site.opening_cost;
      if (!['existing', 'forbidden'].includes(site.status)) delete site.closing_cost;
    }
  };
}
