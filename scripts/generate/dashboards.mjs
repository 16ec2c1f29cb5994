// @ts-check
/** The dashboards of Grafana as code: what each panel asks is written here once, and a story proves that it finds something. */

/** @typedef {{ title: string, expr: string, legend?: string, unit?: string }} Panel */

/** @type {Record<string, { title: string, panels: Panel[] }>} */
export const boards = {
  overview: {
    title: 'Rahat: overview',
    panels: [
      { title: 'Requests of clients', expr: 'sum by (route) (rate(gateway_http_request_duration_seconds_count[5m]))', legend: '{{route}}', unit: 'reqps' },
      { title: 'Requests that failed with 5xx', expr: 'sum(rate(gateway_http_request_duration_seconds_count{status=~"5.."}[5m])) or vector(0)', unit: 'reqps' },
      { title: 'How long clients wait, p99', expr: 'histogram_quantile(0.99, sum by (le) (rate(gateway_http_request_duration_seconds_bucket[5m])))', unit: 's' },
      { title: 'Fetches from subgraphs', expr: 'sum by (subgraph, outcome) (rate(gateway_subgraph_fetch_duration_seconds_count[5m]))', legend: '{{subgraph}} {{outcome}}', unit: 'reqps' },
      { title: 'How long subgraphs take, p99', expr: 'histogram_quantile(0.99, sum by (le, subgraph) (rate(gateway_subgraph_fetch_duration_seconds_bucket[5m])))', legend: '{{subgraph}}', unit: 's' },
      { title: 'Servers that are left alone', expr: 'gateway_subgraph_servers_left_alone' },
      { title: 'Calls between processes', expr: 'sum by (job, route, status) (rate(rahat_internal_request_duration_seconds_count[5m]))', legend: '{{job}} {{route}} {{status}}', unit: 'reqps' },
      { title: 'What happens, by its news', expr: 'sum by (event) (increase(rahat_events_published_total[1h]))', legend: '{{event}}' },
    ],
  },
  projects: {
    title: 'Rahat: projects and deployments',
    panels: [
      { title: 'Projects by state', expr: 'max by (status) (rahat_projects)', legend: '{{status}}' },
      { title: 'Deployments that are not settled', expr: 'max(rahat_deployments_unsettled)' },
      { title: 'How long steps of deployments take', expr: 'max by (step) (rahat_deployment_step_seconds)', legend: '{{step}}', unit: 's' },
      { title: 'Supergraph version', expr: 'max(gateway_supergraph_version)' },
      { title: 'Swaps', expr: 'sum by (outcome) (gateway_supergraph_swaps_total)', legend: '{{outcome}}' },
    ],
  },
  events: {
    title: 'Rahat: events and queues',
    panels: [
      { title: 'Events not yet published', expr: 'max(rahat_outbox_pending)' },
      { title: 'Age of the oldest of them', expr: 'max(rahat_outbox_lag_seconds)', unit: 's' },
      { title: 'Deliveries on their way', expr: 'max(rahat_event_deliveries_waiting)' },
      { title: 'Age of the oldest delivery', expr: 'max(rahat_event_delivery_oldest_seconds)', unit: 's' },
      { title: 'Parked events', expr: 'max(rahat_events_parked)' },
      { title: 'Jobs', expr: 'max by (queue, state) (rahat_queue_jobs)', legend: '{{queue}} {{state}}' },
    ],
  },
  evidence: {
    title: 'Rahat: audit log and chain',
    panels: [
      { title: 'Audit: age of the oldest entry without a place', expr: 'max(rahat_audit_inclusion_lag_seconds)', unit: 's' },
      { title: 'Audit: what the last check found changed', expr: 'max(rahat_audit_check_findings)' },
      { title: 'Chain: newest block', expr: 'max(rahat_chain_head_block)' },
      { title: 'Chain: blocks behind', expr: 'max(rahat_chain_lag_blocks)' },
      { title: 'Chain: contracts on their way', expr: 'max(rahat_chain_contracts_waiting)' },
    ],
  },
  processes: {
    title: 'Rahat: processes',
    panels: [
      { title: 'Processor', expr: 'sum by (job) (rate(process_cpu_seconds_total[5m]))', legend: '{{job}}' },
      { title: 'Memory', expr: 'max by (job) (process_resident_memory_bytes)', legend: '{{job}}', unit: 'bytes' },
      { title: 'Event loop: p99 of its delay', expr: 'max by (job) (nodejs_eventloop_lag_p99_seconds)', legend: '{{job}}', unit: 's' },
      { title: 'Garbage collection', expr: 'sum by (job) (rate(nodejs_gc_duration_seconds_sum[5m]))', legend: '{{job}}' },
      { title: 'Since when', expr: 'max by (job) (process_start_time_seconds)', legend: '{{job}}', unit: 'dateTimeAsIso' },
    ],
  },
};

/** @returns {{ path: string, content: string }[]} what Grafana provisions */
export function dashboards() {
  return Object.entries(boards).map(([uid, { title, panels }]) => ({
    path: `ops/grafana/${uid}.json`,
    content: `${JSON.stringify({ uid: `rahat-${uid}`, title, tags: ['rahat'], schemaVersion: 39, refresh: '30s', time: { from: 'now-6h', to: 'now' }, panels: panels.map(panelOf) }, null, 2)}\n`,
  }));
}

/** @param {Panel} panel @param {number} index */
function panelOf({ title, expr, legend, unit }, index) {
  return {
    id: index + 1,
    title,
    type: 'timeseries',
    datasource: { type: 'prometheus', uid: 'prometheus' },
    gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit: unit ?? 'short', min: 0 }, overrides: [] },
    targets: [{ refId: 'A', expr, legendFormat: legend ?? '' }],
  };
}
