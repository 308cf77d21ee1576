import { ASPECTS as KNOWN } from '../sentiment/engine/index.js';
import { ASPECTS } from './painpoints.contract.js';

it('offers people the aspects that the engine knows', () => {
  expect([...ASPECTS]).toEqual(KNOWN);
});
