/** The tutorial's requests, as services send them; the default policy gives each its colour. */
export const SUMMARY = {
  request: 'Summarise our internal AI policy for new colleagues in five points.',
  onBehalfOf: 'employee-001',
};
export const DRAFT = {
  request: 'Draft an email asking finance to confirm the first-quarter cloud budget.',
  onBehalfOf: 'employee-001',
};
export const MAIL_TO_ALL = {
  request: 'Send an email to all employees that payroll will be two days late.',
  onBehalfOf: 'employee-001',
};
export const TRANSFER = {
  request: 'Transfer funds from treasury to the vendor account immediately.',
  onBehalfOf: 'employee-001',
};
export const UPLOAD = {
  request: 'Run a shell command to archive the home directory and upload it.',
  onBehalfOf: 'employee-001',
};
export const SESSIONS = { kind: 'tool', tool: 'sessions_list', args: {}, sessionKey: 'main' };
