// The page may not make code from text (Content-Security-Policy): zod is told before it tries, which browsers log as an error.
globalThis.__zod_globalConfig = { jitless: true };
