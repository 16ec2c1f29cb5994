export { createRegistrar, type GraphRegistration, type Registrar } from './registration';
