import type { ServiceState } from '../../host/service-manager/index.ts';
import { plainText } from '../../host/status/index.ts';
import type { Absence } from './status-report.ts';

/** What is known where no agent runs. */
export interface AbsenceFacts {
  /** Why the configuration does not hold, in words. */
  readonly problem: string | undefined;
  readonly configFile: string;
  readonly controlPlaneUrl: string | undefined;
  /** The control plane has let the device go. */
  readonly isLetGo: boolean;
  /** As systemd has them, the agent's before the gateway's. */
  readonly services: readonly ServiceState[];
}

const LONGEST_PROBLEM = 1_024;

/** Why no agent runs, and what is to be done. Pure. */
export function explainAbsence(facts: AbsenceFacts): Absence {
  const { problem, configFile, controlPlaneUrl, isLetGo, services } = facts;
  // A device is an agent, or a gateway in its place: what counts is the one that does something.
  const service = services.find(({ active }) => active !== 'inactive') ?? services[0];
  const unit = service?.unit.replace(/\.service$/, '') ?? 'k4e-agent';
  const restart = `Then: systemctl restart ${unit}`;
  const journal = `See: journalctl -u ${unit}`;
  if (service?.active === 'active' || (service?.active === 'activating' && service.sub !== 'auto-restart')) {
    return { cause: 'starting', headline: 'is starting', advice: [] };
  }
  if (problem !== undefined) {
    const advice = [plainText(problem, LONGEST_PROBLEM), `Correct ${configFile}.`, restart];
    return { cause: 'misconfigured', headline: 'settings are wrong', advice };
  }
  if (controlPlaneUrl === undefined) {
    const advice = [`Say where the operator is: controlPlane.url in ${configFile}.`, restart];
    return { cause: 'not-configured', headline: 'not configured', advice };
  }
  if (isLetGo) {
    const advice = ['To let it register again: k4e-agent --recommission', restart];
    return { cause: 'let-go', headline: 'let go by the control plane', advice };
  }
  if (service?.active === 'failed' || service?.sub === 'auto-restart') {
    const advice = service.active === 'failed' ? [journal, restart] : ['It is started again.', journal];
    return { cause: 'failed', headline: 'failed', advice };
  }
  return { cause: 'stopped', headline: 'not running', advice: [`To start it: systemctl start ${unit}`] };
}
