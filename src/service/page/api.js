// The HTTP interface: JSON in and out, problems as errors, events as they come.

let askToken = null;

// How to ask the planner for a token.
export function onTokenWanted(ask) { askToken = ask; }

export class Problem extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

export async function call(path, { method = 'GET', body, headers = {}, accept } = {}) {
  for (;;) {
    const token = sessionStorage.getItem('token');
    const response = await fetch(path, {
      method,
      body,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(accept ? { Accept: accept } : {}),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
    });
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({ title: `${response.status}` }));
    if (response.status !== 401 || !askToken) throw new Problem(problem);
    sessionStorage.setItem('token', await askToken());
  }
}

export const getJson = async (path, options) => (await call(path, options)).json();

// Hands in a scenario; `asked` are parameters, such as the base of a what-if and what is asked beside the plan.
export async function submit(scenario, asked) {
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  // A page that loses the answer may ask again without asking for a second job.
  const headers = { 'Idempotency-Key': crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}` };
  return getJson(`/v1/jobs?${query}`, { method: 'POST', body: JSON.stringify(scenario), headers });
}

// Hands each event of a job to `tell` until the job is over or `signal` is raised; connects again where it broke off.
export async function follow(id, tell, signal, lost) {
  let last = 0;
  for (;;) {
    try {
      const response = await call(`/v1/jobs/${id}/events`, { headers: last ? { 'Last-Event-ID': `${last}` } : {} });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      signal.addEventListener('abort', () => reader.cancel().catch(() => {}), { once: true });
      let waiting = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        const parts = (waiting + value).split('\n\n');
        waiting = parts.pop();
        for (const part of parts) {
          const fields = Object.fromEntries(part.split('\n').map((line) => {
            const at = line.indexOf(':');
            return [line.slice(0, at), line.slice(at + 1).trimStart()];
          }));
          if (!fields.data) continue;
          last = Number(fields.id);
          const job = JSON.parse(fields.data);
          tell(fields.event, job);
          if (['done', 'failed', 'cancelled'].includes(job.state)) return;
        }
      }
    } catch (error) {
      if (error instanceof Problem && error.problem.status < 500 && error.problem.status !== 429) throw error;
    }
    if (signal.aborted) return;
    lost();
    await new Promise((resume) => { setTimeout(resume, 2000); });
    if (signal.aborted) return;
  }
}
