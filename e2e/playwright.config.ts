/**
 * Browser tests: the built app, a real hub as a process of its own, real profiles on disk. One worker: two browsers and a hub are enough
 * for two cores, and a timing is never what is tested.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
	testDir: '.',
	testMatch: '**/*.spec.ts',
	outputDir: '../artifacts/e2e',
	globalSetup: './setup.ts',
	fullyParallel: false,
	workers: 1,
	// a machine that also does other things may be slow once: what fails twice is broken
	retries: process.env['CI'] ? 1 : 0,
	timeout: 240_000,
	expect: { timeout: 30_000 },
	forbidOnly: true
});
