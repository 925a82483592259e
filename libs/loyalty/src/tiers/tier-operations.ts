import { EvaluateTiers } from './evaluate-tiers.operation.js';
import { FindTiers } from './find-tiers.query.js';
import { MemberTierView } from './member-tier.query.js';
import { OverrideTier } from './override-tier.operation.js';
import { PreviewTiers } from './preview-tiers.query.js';
import { SaveTier } from './save-tier.operation.js';
import { SaveTierScheme } from './save-tier-scheme.operation.js';

/** What is done with tiers, for the module. */
export const TIER_OPERATIONS = [EvaluateTiers, FindTiers, MemberTierView, OverrideTier, PreviewTiers, SaveTier, SaveTierScheme];
