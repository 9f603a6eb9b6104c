#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { hostProcess, runAgentCommand } from '../cli/index.ts';
import { createAgent } from '../create-agent.ts';

process.exit(await runAgentCommand({ ...hostProcess(process, manifest.version), createAgent }));
