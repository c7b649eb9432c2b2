import { ConfigurationError } from '../../runtime/configuration.error.js';

/** A newer Docket filled these views, and its replicas may still use them. */
export class NewerViews extends ConfigurationError {
  constructor(what: string, found: number, known: number) {
    super(
      `DOCKET_VIEWS: a newer Docket has written ${what} (version ${found}, this one knows ${known}); start that version, or give this one a schema of its own`,
    );
  }
}
