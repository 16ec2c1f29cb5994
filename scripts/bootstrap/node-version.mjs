// @ts-check

// From 20.19 on, CommonJS can require ES modules; several of our packages are nothing else.
const NEEDED = [20, 19];

/** Stops with a sentence when this Node is too old to run anything here. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = NEEDED;
  const enough = major > neededMajor || (major === neededMajor && minor >= neededMinor);
  // 21 and early 22 came before require() of ES modules was switched on.
  const gap = major === 21 || (major === 22 && minor < 12);
  if (enough && !gap) return;
  console.error(`This needs Node 20.19 or newer in line 20, or 22.12 or newer; you have ${process.versions.node}.`);
  console.error('Install it from https://nodejs.org, or run `nvm install` here (.nvmrc names the version).');
  process.exit(1);
}
