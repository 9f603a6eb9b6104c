#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { hostProcess } from '../cli/host-process.ts';
import { runGatewayCommand } from '../cli/run-gateway-command.ts';
import { createGatewayHost } from '../composition/gateway-host.ts';

process.exit(await runGatewayCommand({ ...hostProcess(process, manifest.version), createGatewayHost }));
