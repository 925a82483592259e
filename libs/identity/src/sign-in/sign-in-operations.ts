import { ConfirmPassword } from './confirm-password.js';
import { RefreshTokens } from './refresh-tokens.operation.js';
import { SignInFailures } from './sign-in-failures.js';
import { SignIn } from './sign-in.operation.js';
import { SignInProofs } from './sign-in-proofs.js';
import { TokenPairs } from './token-pairs.js';
import { UpdateProfile } from './update-profile.operation.js';

/** What people do to sign in, for the module. */
export const signInOperations = [ConfirmPassword, RefreshTokens, SignIn, SignInFailures, SignInProofs, TokenPairs, UpdateProfile];
