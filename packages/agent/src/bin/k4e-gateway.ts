#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { hostProcess, runGatewayCommand } from '../cli/index.ts';
import { createGatewayHost } from '../composition/gateway-host.ts';

process.exit(await runGatewayCommand({ ...hostProcess(process, manifest.version), createGatewayHost }));
