import * as z from 'zod';
import { hardwareInfoSchema } from './hardware-info.ts';
import { MAX_SHORT_TEXT } from './limits.ts';
import { wireFeatures } from './features.ts';
import { wireObject, wireText } from './wire-types.ts';

/** Directive of a registration (wire). */
export const REGISTRATION_DIRECTIVE = 'registration';

/** A device asks to be known (wire: registration-info). */
export const registrationSchema = z.object({
  os_image_id: wireText(MAX_SHORT_TEXT),
  hardware: wireObject(hardwareInfoSchema),
  features: wireFeatures(),
});

/** A registration as it is sent. */
export type RegistrationInfo = z.input<typeof registrationSchema>;
/** A registration as it was read. */
export type ReceivedRegistration = z.output<typeof registrationSchema>;
