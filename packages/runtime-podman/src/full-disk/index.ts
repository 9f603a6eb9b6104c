/**
 * A disk that pods have filled. Podman notes what it does on that disk: without room it stops and removes nothing, and sees
 * nothing once a container has ended. So some room is held back as long as there are pods, and given up to look and to remove.
 * Nothing is started before all of it is held back again.
 */
export { SPARE_ROOM_BYTES, SPENT_AT_ONCE_BYTES, createNoSpareRoom, createSpareRoom } from './spare-room.ts';
export type { SpareRoom } from './spare-room.ts';
