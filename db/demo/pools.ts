import type { PlanTask } from '../../rules/routing.ts';
import type { Role } from '../../rules/vocabulary.ts';
import type { Person } from './people.ts';

/** Who holds which role at which organisation. */
export type Pools = ReadonlyMap<string, readonly string[]>;

const keyOf = (organisationId: string, role: Role): string => `${organisationId}/${role}`;

export function poolsOf(people: readonly Person[]): Pools {
  const pools = new Map<string, string[]>();
  for (const person of people) {
    for (const { organisationId, role } of person.roles) {
      const key = keyOf(organisationId, role);
      pools.set(key, [...(pools.get(key) ?? []), person.id]);
    }
  }
  return pools;
}

/** The people who may take a task. */
export function pool(pools: Pools, task: PlanTask): readonly string[] {
  return pools.get(keyOf(task.organisationId, task.role)) ?? [];
}
