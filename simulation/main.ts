/** The command line of the simulator. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.ts';
import { simulate } from './run.ts';

const USAGE = `npm run sim [-- --seeds N] [--from S] [--minutes M] [--threads T] [--no-shrink]
npm run sim -- --plan FILE     runs one plan and prints its trace
npm run sim -- --mutants [--only TEXT] [--sample K] [--counting] [--threads T]     runs it on known bugs (those with TEXT in their name), each of which
                               must be found: by the seed on record, else by counting (--counting: at once); and how often it is in the first K seeds`;

const { values } = parseArgs({
	options: {
		seeds: { type: 'string', default: '200' }, from: { type: 'string', default: '1' }, minutes: { type: 'string' }, threads: { type: 'string' }, plan: { type: 'string' },
		mutants: { type: 'boolean', default: false }, only: { type: 'string', default: '' }, sample: { type: 'string' }, counting: { type: 'boolean', default: false }, 'no-shrink': { type: 'boolean', default: false }, help: { type: 'boolean', default: false }
	}
});

const count = (text: string): number => {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 0) throw new RangeError(`${text} is not a count`);
	return number;
};

async function main(): Promise<boolean> {
	if (values.help) {
		console.log(USAGE);
		return true;
	}
	if (values.mutants) {
		const { allCaught, mutantTable, runMutants } = await import('./mutants/run.ts');
		const { MUTANTS } = await import('./mutants/table.ts');
		const mutants = MUTANTS.filter(({ name }) => name.includes(values.only));
		if (mutants.length === 0) throw new RangeError(`no mutant is named ${values.only}`);
		const results = await runMutants({
			mutants, counting: values.counting, ...(values.sample === undefined ? {} : { sample: count(values.sample) }), threads: values.threads === undefined ? availableParallelism() : count(values.threads),
			onResult: ({ name, seedsToCatch, recorded, caughtIn, sample, problem }) => console.log(problem !== null ? `${name}: ${problem}` : seedsToCatch === null ? `${name}: MISSED`
				: `${name}: caught by seed ${seedsToCatch}${recorded ? ', the one on record,' : ','} in ${caughtIn} of ${sample}`)
		});
		console.log(mutantTable(mutants.flatMap(({ name }) => results.filter((result) => result.name === name))));
		return allCaught(results);
	}
	if (values.plan !== undefined) return onePlan(values.plan);
	return simulate({
		seeds: count(values.seeds), from: count(values.from), seconds: values.minutes === undefined ? null : 60 * count(values.minutes), shrink: !values['no-shrink'],
		...(values.threads === undefined ? {} : { threads: count(values.threads) })
	});
}

async function onePlan(file: string): Promise<boolean> {
	if (!existsSync(file)) throw new Error(`there is no ${file}`);
	const built = await bundle();
	const { runPlan } = (await import(built.path)) as typeof import('./worker.ts');
	const report = await runPlan(JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof runPlan>[0], { onTrace: (lines) => console.log(lines.join('\n')) });
	await built.remove();
	console.log(report);
	return report.failures.length === 0;
}

process.exit((await main()) ? 0 : 1);
