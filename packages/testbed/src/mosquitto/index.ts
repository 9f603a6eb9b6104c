/** Mosquitto: a real MQTT broker beside this process, which can be killed, frozen and started again at the same place. */
export { findMosquitto } from './find-mosquitto.ts';
export { startMosquitto } from './start-mosquitto.ts';
export type { Mosquitto, MosquittoOptions } from './start-mosquitto.ts';
export type { Certificates } from './certificates.ts';
