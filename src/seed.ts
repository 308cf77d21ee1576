import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Loads the demo organization once, with progress; a second start finds it there. */
export async function seedDemo(_app: NestFastifyApplication, _say: (line: string) => void): Promise<void> {
  // The generator in src/demo is connected here as soon as the modules it fills are there.
}
