export { createDataApiClient, type DataApiClientSettings } from './client.ts';
export { DataApiDialect, type DataApiDialectConfig, type DataApiSender } from './dialect.ts';
export * from './errors.ts';
export * from './typed.ts';
