// Where the page begins: which view the address asks for, and what all views share.

import { onTokenWanted } from './api.js';
import { problemList } from './dom.js';
import { showJob } from './job.js';
import { showJobs } from './jobs.js';
import { showStart } from './start.js';
import { fill, switchLanguage } from './texts.js';

const content = document.getElementById('content');
let leave = new AbortController();

async function show() {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const [, view, id] = location.hash.split('/');
  content.replaceChildren();
  document.getElementById('notice').replaceChildren();
  try {
    if (view === 'jobs' && id) await showJob(content, id, signal);
    else if (view === 'jobs') await showJobs(content);
    else await showStart(content);
  } catch (error) {
    if (!signal.aborted) content.append(problemList(error.problem || { title: error.message }));
  }
}

onTokenWanted(() => new Promise((given) => {
  const dialog = document.getElementById('token');
  dialog.addEventListener('close', () => given(document.getElementById('token-field').value.trim()), { once: true });
  if (!dialog.open) dialog.showModal();
}));

document.getElementById('language').addEventListener('click', () => {
  switchLanguage();
  fill(document);
  show();
});

addEventListener('hashchange', show);
fill(document);
show();
