import { Interface } from 'ethers';
import artifact from './artifacts/AidProject.json';

/** What can be called on the contract of a project, and what it emits. */
export const aidProjectInterface = new Interface(artifact.abi);
export const aidProjectBytecode: string = artifact.bytecode;
