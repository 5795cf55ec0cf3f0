// Small pieces of page. Texts of users only ever become text.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

// With thin spaces between thousands, as reports have them.
export const number = (value, decimals = 2) => (value === undefined || value === null ? '–'
  : value.toLocaleString('en', { maximumFractionDigits: decimals }).replaceAll(',', '\u202f'));

// Whether a scenario's objective counts places or distance, and no costs.
export const covers = (scenario) => ['set_cover', 'max_cover', 'p_center'].includes(scenario.objective);

// Cents matter in small amounts only.
export const money = (amount, currency) => number(amount, Math.abs(amount) < 1e5 ? 2 : 0) + (currency ? ` ${currency}` : '');

export const percent = (share) => (share === undefined || share === null ? '–' : `${number(Math.ceil(share * 1e5) / 1e3, 3)} %`);

let library = null;

// plotly.js is large: it is fetched when the first figure is drawn.
export function plotly() {
  library ??= new Promise((loaded, failed) => {
    const script = element('script', { src: '/assets/plotly.js' });
    script.onload = () => loaded(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

// Lets the browser show what there is, and hear what was clicked; a page that nobody sees is not painted.
export const painted = () => new Promise((go) => { setTimeout(go, 20); });

export function problemList(problem) {
  const place = (error) => error.pointer?.replace(/^\/scenario(?=\/|$)/, '') || '/';
  const rows = (problem.errors || []).map((error) => element('li', {},
    element('span', { class: 'code' }, `${place(error)} `), error.detail,
    error.hint ? element('em', {}, ` ${error.hint}`) : null));
  return element('div', { class: 'problem', role: 'alert' },
    element('strong', {}, problem.title || ''), ` ${problem.detail || ''}`, rows.length ? element('ul', {}, rows) : null);
}

export function save(name, blob) {
  const link = element('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
