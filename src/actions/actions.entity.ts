import { caseEntities } from './cases/cases.entity.js';
import { improvementEntities } from './improvements/improvements.entity.js';

export const actionEntities = [...caseEntities, ...improvementEntities];
