import { AbiCoder, Interface, concat, getCreate2Address, keccak256, zeroPadBytes, ZeroHash } from 'ethers';
import { aidProjectBytecode } from './aid-project';
import artifact from './artifacts/AidProjectFactory.json';
import { toBytes16 } from './project-id';

export const factoryInterface = new Interface(artifact.abi);

/**
 * The contract through which anybody can deploy to an address that depends on the code alone; it stands at this address on nearly
 * every chain, anvil included. https://github.com/Arachnid/deterministic-deployment-proxy
 */
export const DEPLOYMENT_PROXY = '0x4e59b44847b379578588920cA78FbF26c0B4956C';

/** What deploys a factory: code with its constructor's argument. */
function factoryInitCode(admin: string): string {
  return concat([artifact.bytecode, AbiCoder.defaultAbiCoder().encode(['address'], [admin])]);
}

/** Where the factory of this administrator is, or will be, on every chain (EIP-55). */
export function factoryAddress(admin: string): string {
  return getCreate2Address(DEPLOYMENT_PROXY, ZeroHash, keccak256(factoryInitCode(admin)));
}

/** The transaction that puts the factory there. */
export function deployFactory(admin: string): { to: string; data: string } {
  return { to: DEPLOYMENT_PROXY, data: concat([ZeroHash, factoryInitCode(admin)]) };
}

/** Where the contract of a project is, or will be (EIP-55): it depends on the factory and the project id alone. */
export function projectAddress(factory: string, projectId: string): string {
  return getCreate2Address(factory, zeroPadBytes(toBytes16(projectId), 32), keccak256(aidProjectBytecode));
}

/** The transaction that creates it. `budgetMinor` in the minor unit of the project's currency; `admin` gets every role. */
export function createProject(factory: string, project: { projectId: string; budgetMinor: bigint; admin: string }): { to: string; data: string } {
  const data = factoryInterface.encodeFunctionData('createProject', [toBytes16(project.projectId), project.budgetMinor, project.admin]);
  return { to: factory, data };
}
