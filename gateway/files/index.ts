export { addFilesRoute } from './files-route';
