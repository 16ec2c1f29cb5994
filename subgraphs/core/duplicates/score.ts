/** What two registrations have in common, as far as blind indexes tell. Symmetric: it does not matter which of the two is first. */
export interface Likeness {
  /** Whether both have a government id, and whether they share one; null when one of them has none. */
  sameGovernmentId: boolean | null;
  samePhone: boolean;
  sameBankAccount: boolean;
  sameEmail: boolean;
  /** Null when one of them has no day of birth. */
  birth: 'SAME_DAY' | 'SAME_YEAR' | 'OTHER' | null;
  /** Words of the names that both have, of those that either has: 0 to 1. */
  sharedWords: number;
  /** The same by how words roughly sound. */
  sharedSounds: number;
  sameArea: boolean;
  /** Null when one of them has none. */
  sameGender: boolean | null;
}

/** Why two registrations may be one person, in terms that tell nothing personal. `weight` in log-odds (natural logarithm): positive speaks for it. */
export interface Reason {
  kind: string;
  weight: number;
}

export interface Scored {
  /** 0 to 1000: how likely it is, in thousandths. */
  score: number;
  reasons: Reason[];
}

/** Before anything is known: two people who were picked for having something in common are far more often two than one. */
const PRIOR = -6;
/** Two names that only sound alike are a little less alike. */
const SOUND = 0.9;

/**
 * How likely two registrations are one person, after Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969): weights of agreements and disagreements are
 * added. They are set by hand, not learned, so that an officer can follow them: a shared phone or account is weak (families share them), a government id strong.
 */
export function scoreOf(like: Likeness): Scored {
  const name = Math.max(like.sharedWords, SOUND * like.sharedSounds);
  const reasons: Array<Reason | null> = [
    like.sameGovernmentId === null ? null : like.sameGovernmentId ? { kind: 'SAME_GOVERNMENT_ID', weight: 9 } : { kind: 'OTHER_GOVERNMENT_ID', weight: -4 },
    like.samePhone ? { kind: 'SAME_PHONE', weight: 3 } : null,
    like.sameBankAccount ? { kind: 'SAME_BANK_ACCOUNT', weight: 3.5 } : null,
    like.sameEmail ? { kind: 'SAME_EMAIL', weight: 4 } : null,
    like.birth === 'SAME_DAY' ? { kind: 'SAME_BIRTH_DATE', weight: 4 } : like.birth === 'SAME_YEAR' ? { kind: 'SAME_BIRTH_YEAR', weight: 1 } : like.birth === 'OTHER' ? { kind: 'OTHER_BIRTH_YEAR', weight: -3 } : null,
    { kind: name > 0.5 ? 'SIMILAR_NAME' : 'OTHER_NAME', weight: round(7 * name - 2) },
    like.sameArea ? { kind: 'SAME_AREA', weight: 0.5 } : null,
    like.sameGender === false ? { kind: 'OTHER_GENDER', weight: -2 } : null,
  ];
  const told = reasons.filter((reason) => reason !== null);
  const odds = told.reduce((sum, { weight }) => sum + weight, PRIOR);
  return { score: Math.round(1000 / (1 + Math.exp(-odds))), reasons: told };
}

/** From here on somebody should look. */
export const WORTH_A_LOOK = 600;

function round(weight: number): number {
  return Math.round(weight * 100) / 100;
}
