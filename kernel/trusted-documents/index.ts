export { documentIdOf, plainId, readManifest, writeManifest, type Documents } from './manifest';
