// Every text of the page, in English and Chinese. Reports and comparisons come from the server in the language that is
// asked for.

const texts = {
  brand: ['hubroute', 'hubroute'],
  language: ['中文', 'English'],
  skip: ['To the content', '跳到正文'],
  jobs: ['Jobs', '任务'],
  docs: ['HTTP interface', 'HTTP 接口'],
  start_title: ['Which warehouses, which routes?', '仓库选址与配送路线'],
  start_words: [
    'Drop a scenario: hubroute finds the sites or the routes, proves how good they are, and shows them on a map.',
    '放入一个场景：hubroute 求出选址或路线，证明其优劣，并在地图上展示。'],
  drop: ['Drop files here, or choose: a scenario (JSON), a published instance, or CSV files', '将文件拖到此处，或选择：场景 JSON、公开算例或 CSV 文件'],
  paste: ['Or paste a scenario', '或粘贴场景'],
  examples: ['Or start from an example', '或从示例开始'],
  no_json: ['This is no JSON document:', '不是有效的 JSON：'],
  take: ['Take it', '使用'],
  solve: ['Solve', '求解'],
  time: ['Time limit, seconds', '时间上限（秒）'],
  gap: ['Good enough gap, %', '可接受的差距（%）'],
  seed: ['Seed', '随机种子'],
  places: ['places', '地点'],
  sites: ['sites', '候选点'],
  demands: ['demands', '需求点'],
  supplies: ['supplies', '供应点'],
  orders: ['orders', '订单'],
  shipments: ['shipments', '运单'],
  vehicles: ['vehicles', '车辆'],
  valid: ['The scenario is valid.', '场景有效。'],
  siting: ['Siting', '选址'],
  routing: ['Routing', '路线'],
  queued: ['waiting', '排队中'],
  running: ['running', '求解中'],
  done: ['done', '完成'],
  failed: ['failed', '失败'],
  cancelled: ['stopped', '已停止'],
  stop: ['Stop and keep the best', '停止并保留最好方案'],
  stopping: ['Stopping …', '正在停止……'],
  elapsed: ['Elapsed', '用时'],
  phase: ['Phase', '阶段'],
  construction: ['construction', '构造初始解'],
  greedy: ['greedy', '贪心'],
  'local search': ['local search', '局部搜索'],
  'ruin and recreate': ['ruin and recreate', '破坏与重建'],
  population: ['population', '种群搜索'],
  'fewer vehicles': ['fewer vehicles', '减少车辆'],
  'lower bound': ['lower bound', '求下界'],
  'dual climb': ['dual climb', '对偶上升'],
  'branch and bound': ['branch and bound', '分支定界'],
  'p-center': ['p-center', 'p-中心'],
  'set covering': ['set covering', '集合覆盖'],
  best: ['Best so far', '目前最好'],
  bound: ['Lower bound', '下界'],
  gap_now: ['Gap', '差距'],
  left_out: ['Mandatory ones left out', '未服务的必送订单'],
  attempt: ['Attempt', '第几次尝试'],
  look: ['Look at the best so far', '查看目前最好方案'],
  progress: ['Progress', '进展'],
  no_plan: ['There is no plan.', '没有方案。'],
  downloads: ['Downloads', '下载'],
  report: ['Report', '报告'],
  scenario: ['Scenario', '场景'],
  print: ['Print', '打印'],
  what_if: ['What if …', '如果……'],
  what_if_words: [
    'Change what matters and solve again; the new plan is compared with this one. A click on a site, on the map or in its table, changes its status, too.',
    '修改关键数字后重新求解，新方案会与本方案对比。也可以在地图或站点表中点击站点来更改其状态。'],
  sites_max: ['Most sites open', '最多开放'],
  sites_min: ['Fewest sites open', '最少开放'],
  demand_change: ['Demand, % more or less', '需求增减（%）'],
  longest_distance: ['Longest distance to a demand, km', '最大服务距离（公里）'],
  radius: ['Covered within, km', '覆盖半径（公里）'],
  radius_seconds: ['Covered within, minutes', '覆盖半径（分钟）'],
  budget: ['Budget for opening', '开办预算'],
  beside: ['Also tell', '另外求出'],
  prices: ['the price of deciding otherwise about each site', '对每个站点作相反决定的代价'],
  alternatives: ['best plans with other sites', '采用其他站点的最好方案数'],
  sweep: ['costs by number of sites, such as 3..12', '成本随站点数的变化，如 3..12'],
  fleet: ['Vehicles of type', '车型数量'],
  site_status: ['Status of a site', '候选点状态'],
  candidate: ['may be opened', '可开放'],
  existing: ['open today, may be closed', '现有，可关闭'],
  required: ['must be open', '必须开放'],
  forbidden: ['must not be open', '禁止开放'],
  try_it: ['Solve this what-if', '求解此假设'],
  whole_scenario: ['Edit the whole scenario', '编辑整个场景'],
  compare: ['Compare', '对比'],
  compare_words: ['Choose two or more plans of one kind; the first chosen is the base.', '选择两个以上同类方案，最先选中的为基准。'],
  opens: ['opens', '新开'],
  does_without: ['does without', '不再使用'],
  base_plan: ['Compared with', '对比基准'],
  none_yet: ['No jobs yet.', '还没有任务。'],
  older: ['Older ones', '更早的'],
  name: ['Name', '名称'],
  state: ['State', '状态'],
  cost: ['Cost', '成本'],
  created: ['Accepted', '接受时间'],
  token_wanted: ['This service wants a token', '此服务需要令牌'],
  go_on: ['Go on', '继续'],
  lost: ['The connection was lost, trying again …', '连接中断，正在重试……'],
};

const languages = ['en', 'zh'];
let language = languages.includes(localStorage.getItem('language')) ? localStorage.getItem('language')
  : navigator.language.startsWith('zh') ? 'zh' : 'en';

export const currentLanguage = () => language;

export function switchLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  localStorage.setItem('language', language);
}

export function text(key) {
  const row = texts[key];
  return row ? row[languages.indexOf(language)] : key;
}

// What examples are, in Chinese; the server tells it in English.
const examples = {
  shanxi: '山西省配送网络：110 个候选点，其中 9 个现已开放',
  china: '面向全国城市的配送中心',
  metro: '都市圈一天的配送，带时间窗',
  day: '调度员的一天：300 个订单，带月台、库存、优先级、分组、司机休息和承运商',
  tiny: '少量订单，可手工验算',
};

export const aboutExample = ({ name, about }) => (language === 'zh' && examples[name] ? examples[name] : about);

// Fills every element that names its text.
export function fill(root) {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
}
