import manifest from '../../package.json' with { type: 'json' };

/** Which version of Hundredfold this is; it stands in every model that it makes. */
export const VERSION: string = manifest.version;
