// How strong evidence is.

/** How strong the evidence for an origin or a base is, strongest first. */
export type Strength = 'proved' | 'consistent' | 'claimed' | 'guessed'
