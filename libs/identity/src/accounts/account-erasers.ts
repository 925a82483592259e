import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** Who is erased: their id stays, what it stood for goes. */
export interface ErasedPerson {
  readonly userId: string;
  /** The address as it was. */
  readonly email: string;
  /** What takes the place of the address. */
  readonly tombstone: string;
}

/** What one part of the platform knows of people, and how it forgets. Each half runs in a transaction, and again after a crash. */
export interface AccountEraser {
  /** What is erased, in the words of the receipt. */
  readonly erases: string;
  /** In each tenant that the person belongs to. */
  inTenant?(tx: WriteTx<TenantContext>, person: ErasedPerson): Promise<void>;
  /** What belongs to no tenant. */
  onPlatform?(tx: WriteTx, person: ErasedPerson): Promise<void>;
}

const erasers: AccountEraser[] = [];

/** Declares an eraser once, where the table is known that it cleans: every part that keeps something of people has one (C9.2). */
export const defineEraser = (eraser: AccountEraser): number => erasers.push(Object.freeze(eraser));

/** Every declared eraser, in the order of declaration. */
export const accountErasers = (): readonly AccountEraser[] => erasers;
