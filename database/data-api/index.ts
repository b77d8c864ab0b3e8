export { createDataApiClient, type DataApiClientSettings } from './client.ts';
export { DataApiDialect, type DataApiDialectConfig } from './dialect.ts';
export * from './errors.ts';
export * from './typed.ts';
