export { resolveAnvil, type AnvilSearch } from './resolve';
