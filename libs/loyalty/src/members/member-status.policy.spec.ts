import { mayDo, MEMBER_STATUSES, refuseStatus, SETTABLE_STATUSES } from './member-status.policy.js';

const goes = (from: (typeof MEMBER_STATUSES)[number], to: (typeof MEMBER_STATUSES)[number]): boolean => {
  try {
    refuseStatus(from, to);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ definition: { code: 'invalid_state' } });
    return false;
  }
};

it('has statuses for good, and lets a cancelled member come back only to begin anew', () => {
  for (const to of SETTABLE_STATUSES) {
    for (const from of ['closed', 'merged', 'erased'] as const) expect(goes(from, to)).toBe(false);
    for (const from of ['active', 'inactive', 'suspended', 'login_blocked', 'blocked'] as const) expect(goes(from, to)).toBe(true);
  }
  expect(SETTABLE_STATUSES.filter((to) => goes('cancelled', to))).toEqual(['active', 'inactive', 'closed']);
});

it('says what each status may do', () => {
  const may = (right: Parameters<typeof mayDo>[1]) => MEMBER_STATUSES.filter((status) => mayDo(status, right));
  expect(may('earn')).toEqual(['active', 'inactive', 'login_blocked']);
  expect(may('spend')).toEqual(['active', 'login_blocked']);
  expect(may('sign_in')).toEqual(['active']);
});
