import { projectFile } from './project-file.js';

/** The instructions of a Dockerfile. */
export interface Dockerfile {
  /** Every argument text of an instruction, in order, in all stages. */
  all(instruction: string): readonly string[];
  /** The same in the last stage, which becomes the image. */
  final(instruction: string): readonly string[];
}

type Instruction = readonly [name: string, text: string];

/** Reads a Dockerfile of this project: comments left out, continued lines joined. */
export function readDockerfile(path: string): Dockerfile {
  const instructions = projectFile(path)
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Instruction => {
      const [name = ''] = line.split(' ', 1);
      return [name, line.slice(name.length + 1)];
    });
  const lastStage = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
  const named = (of: readonly Instruction[]) => (instruction: string) =>
    of.filter(([name]) => name === instruction).map(([, text]) => text);
  return { all: named(instructions), final: named(lastStage) };
}
