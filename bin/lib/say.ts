import ora from 'ora';

/** One long step after another, shown as it goes on: moving on a terminal, plain lines in a log. */
export interface Progress {
  readonly begin: (what: string) => void;
  readonly update: (what: string) => void;
  readonly done: (what: string) => void;
  /** Ends a step that went wrong, so that the reason can be printed below it. */
  readonly failed: () => void;
  readonly note: (line: string) => void;
}

/** Progress on standard output. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  // Some terminals say they are 0 columns wide; ora would erase infinitely many lines there.
  if (!stream.isTTY || stream.columns < 20) return plainProgress;
  // Ctrl-C is the supervisor's to hear, and nothing is typed here.
  const spinner = ora({ stream, discardStdin: false, hideCursor: false });
  return {
    begin: (what) => void spinner.start(what),
    update: (what) => {
      spinner.text = what;
    },
    done: (what) => void spinner.succeed(what),
    failed: () => {
      if (spinner.isSpinning) spinner.fail();
    },
    note: (line) => {
      if (spinner.isSpinning) spinner.clear();
      console.log(`  ${line}`);
    },
  };
}

const plainProgress: Progress = {
  begin: (what) => {
    console.log(`… ${what}`);
  },
  update: (what) => {
    console.log(`  ${what}`);
  },
  done: (what) => {
    console.log(`✔ ${what}`);
  },
  failed: () => undefined,
  note: (line) => {
    console.log(`  ${line}`);
  },
};

/** Rows in columns that line up, also with Chinese characters, which are two cells wide. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cells(cell));
    });
  }
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - cells(cell))).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}`).join('\n');
}

function cells(text: string): number {
  return Array.from(text).reduce(
    (sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc\u{20000}-\u{3fffd}]/u.test(character) ? 2 : 1),
    0,
  );
}
