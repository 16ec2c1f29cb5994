export { Attempts, type Guess } from './attempts';
export { Challenges, type IssuedChallenge } from './challenges';
