import { projectFile } from './project-file.js';

/** A section of the proxy's configuration. */
export interface ProxySection {
  /** Its first line: `backend ready`. */
  readonly title: string;
  /** The lines below it, without comments. */
  readonly lines: readonly string[];
}

/** Reads deploy/proxy/haproxy.cfg: a section begins where a line is not indented. */
export function readProxyConfiguration(): readonly ProxySection[] {
  return projectFile('deploy/proxy/haproxy.cfg')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    .join('\n')
    .split(/\n(?=\S)/)
    .map((text) => {
      const [title = '', ...lines] = text.split('\n').map((line) => line.trim());
      return { title, lines };
    });
}
