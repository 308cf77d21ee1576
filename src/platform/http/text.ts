/** True when some string in the value has a NUL (PostgreSQL cannot store it) or a lone surrogate (no UTF-8 form). Depth is limited by the JSON parser's caller. */
export function hasUnstorableText(value: unknown): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') {
      if (next.includes('\0') || !next.isWellFormed()) return true;
    } else if (typeof next === 'object' && next !== null) {
      for (const [key, inner] of Object.entries(next)) pending.push(key, inner);
    }
  }
  return false;
}

/** Depth and keys of parsed JSON, against bodies built to be slow. */
export function isTooComplex(value: unknown, maxDepth = 32, maxKeys = 1000): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    const below: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      const inner = Object.values(item);
      if (!Array.isArray(item) && inner.length > maxKeys) return true;
      for (const child of inner) if (typeof child === 'object' && child !== null) below.push(child);
    }
    level = below;
  }
  return false;
}
