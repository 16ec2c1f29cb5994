import { colours, element } from './dom.mjs';
import { drawPlan } from './draw-plan.mjs';
import { drawTimeline } from './draw-timeline.mjs';
import { explainFetches } from './explain-fetches.mjs';
import { duration, size } from './explanation.mjs';

// A button in GraphiQL. While it is pressed, every operation that is run is explained, in a panel below.

const WELCOME = 'Run an operation: its plan and its calls are drawn here.';
let planText = '';

const summary = element('span', { class: 'explain-meta' });
const content = element('div', { class: 'explain-content' });
const copy = element('button', { type: 'button', hidden: '', onclick: () => navigator.clipboard?.writeText(planText) }, 'Copy plan');
const grip = element('div', { class: 'explain-grip', title: 'Drag to resize', onpointerdown: resize });
const close = element('button', { type: 'button', 'aria-label': 'Close', onclick: toggle }, '✕');
const panel = element('section', { class: 'explain-panel', 'aria-label': 'How the operation was answered', hidden: '' }, grip, element('header', {}, element('b', {}, 'Explain'), summary, copy, close), content);
const button = element('button', { type: 'button', class: 'explain-button', 'aria-pressed': 'false', title: 'Show the plan and the calls of what you run', onclick: toggle }, 'Explain');

document.body.append(button, panel);
hint(WELCOME);
explainFetches(() => !panel.hidden, show);
content.addEventListener('pointerover', ({ target }) => highlight(target.closest('[data-fetch]')?.dataset.fetch));
content.addEventListener('pointerleave', () => highlight(undefined));

function toggle() {
  panel.hidden = !panel.hidden;
  button.setAttribute('aria-pressed', String(!panel.hidden));
  document.body.classList.toggle('explaining', !panel.hidden);
}

function show({ name, explanation: { queryPlan, trace, refusal } }) {
  planText = queryPlan?.text ?? '';
  copy.hidden = !queryPlan;
  summary.textContent = [name, ...(trace ? told(trace) : [])].filter(Boolean).join(' · ');
  if (!queryPlan) return hint(refusal);
  const colour = colours();
  const column = (title, drawing) => element('div', { class: 'explain-column' }, element('h2', {}, title), drawing);
  content.replaceChildren(column('Plan', drawPlan(queryPlan.tree, trace?.fetches, colour)), ...(trace ? [column('Calls', drawTimeline(trace, colour))] : []));
}

function told({ ms, fetches }) {
  const servers = new Set(fetches.map(({ subgraph, instance }) => `${subgraph} ${instance}`)).size;
  const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return [`${count(fetches.length, 'call')} to ${count(servers, 'server')}`, size(fetches.reduce((sum, { bytes }) => sum + bytes, 0)), duration(ms)];
}

function hint(text) {
  content.replaceChildren(element('p', { class: 'explain-hint' }, text));
}

function highlight(name) {
  for (const one of content.querySelectorAll('[data-fetch]')) one.classList.toggle('explain-lit', one.dataset.fetch === name);
}

function resize(down) {
  grip.setPointerCapture(down.pointerId);
  const move = ({ clientY }) => document.body.style.setProperty('--explain-height', `${Math.min(innerHeight - 120, Math.max(120, innerHeight - clientY))}px`);
  grip.addEventListener('pointermove', move);
  grip.addEventListener('lostpointercapture', () => grip.removeEventListener('pointermove', move), { once: true });
}
