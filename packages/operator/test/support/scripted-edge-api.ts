import type { EdgeApi } from '@k4e/core/control-plane';
import type { Message } from '@k4e/core/protocol';

/** An edge API that does as a test says, and keeps what it was asked. */
export interface ScriptedEdgeApi extends EdgeApi {
  readonly calls: readonly { readonly call: string; readonly deviceId: string; readonly message?: Message }[];
}

/** Answers nothing and accepts everything, unless `script` says otherwise. */
export function createScriptedEdgeApi(script: Partial<EdgeApi> = {}): ScriptedEdgeApi {
  const calls: { call: string; deviceId: string; message?: Message }[] = [];
  return {
    calls,
    async fetchData(deviceId, options) {
      calls.push({ call: 'fetchData', deviceId });
      return script.fetchData?.(deviceId, options);
    },
    async acceptData(deviceId, message, options) {
      calls.push({ call: 'acceptData', deviceId, message });
      await script.acceptData?.(deviceId, message, options);
    },
    async fetchControl(deviceId, options) {
      calls.push({ call: 'fetchControl', deviceId });
      return script.fetchControl?.(deviceId, options);
    },
    async acceptControl(deviceId, message, options) {
      calls.push({ call: 'acceptControl', deviceId, message });
      await script.acceptControl?.(deviceId, message, options);
    },
    async poll(channel, deviceId, wish, options) {
      calls.push({ call: `poll ${channel}`, deviceId });
      const reply = await script.poll?.(channel, deviceId, wish, options);
      return reply ?? { isUnchanged: false, message: undefined, tag: 'idle', isHeld: wish.waitSeconds > 0 };
    },
    letGo() {
      script.letGo?.();
    },
  };
}
