import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse, type GraphQLSchema } from 'graphql';

// A project type that exists in these tests only, in two versions. Version 2 adds a root field, an argument, an output field of a new
// type, an input field, an enum value, a mutation and (against the rules) a non-null field.

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n';

const sdlOf = (v2: (text: string) => string): string => `${LINK}
type Query {
  treeLeaves(projectId: ID!, first: Int${v2(', shade: TreeShade')}): [TreeLeaf!]
  treeReport(projectId: ID!, filter: TreeFilter): String
  treeRoot(projectId: ID!): TreeLeaf
  treeThings(projectId: ID!): [TreeThing!]
  ${v2('treeRings(projectId: ID!): [TreeRing!]')}
}
type Mutation {
  treeGrow(projectId: ID!, input: TreeGrowInput!): TreeLeaf
  ${v2('treeFell(projectId: ID!): Boolean')}
}
enum TreeShade { LIGHT DARK ${v2('MIXED')} }
input TreeFilter { shade: TreeShade shades: [TreeShade!] ${v2('size: Int inner: TreeFilter')} }
input TreeGrowInput { title: String! shade: TreeShade ${v2('rings: Int')} }
type Project @key(fields: "id") { id: ID! tree: TreeProject }
type TreeProject { title: String! leaves(first: Int${v2(', shade: TreeShade')}): [TreeLeaf!]! ${v2('rings: [TreeRing!] owner: String!')} }
type TreeLeaf @key(fields: "projectId id") { projectId: ID! id: ID! title: String shade: TreeShade ${v2('ring: TreeRing')} }
type TreeNut { id: ID! weight: Int }
${v2('type TreeRing { year: Int! leaf: TreeLeaf }')}
union TreeThing = TreeLeaf | TreeNut ${v2('| TreeRing')}
`;

/** SDL of both versions, and what a route calls them. */
export const treeSdl = { v1: sdlOf(() => ''), v2: sdlOf((text) => text) };

/** The config that the registry would write for the type. */
export const treeConfig = {
  projectArgument: 'projectId',
  keys: { Project: 'id', TreeLeaf: 'projectId' },
  versions: [
    { sdlHash: 'v1', sdl: treeSdl.v1 },
    { sdlHash: 'v2', sdl: treeSdl.v2 },
  ],
};

/** A leaf as a resolver sees it. */
export interface Leaf {
  __typename: 'TreeLeaf';
  projectId: string;
  id: string;
  title: string;
  shade: string;
  ring: Ring;
}
interface Ring {
  __typename: 'TreeRing';
  year: number;
}

interface WithProject {
  projectId: string;
  first?: number;
}

/**
 * An executable instance that answers for the given projects only, as a real one does for its one.
 * `grown` collects what its mutations did.
 */
export function treeInstance(version: 'v1' | 'v2', projects: readonly string[], grown: string[] = []): GraphQLSchema {
  const own = (projectId: string): string => {
    if (!projects.includes(projectId)) throw new GraphQLError('not my project', { extensions: { code: 'NOT_FOUND' } });
    return projectId;
  };
  const resolvers = {
    Query: {
      treeLeaves: (_: unknown, args: WithProject) => leavesOf(own(args.projectId)).slice(0, args.first ?? 3),
      treeReport: (_: unknown, args: WithProject & { filter?: unknown }) => `report of ${own(args.projectId)} ${JSON.stringify(args.filter ?? null)}`,
      treeRoot: (_: unknown, args: WithProject) => leafOf(own(args.projectId), 'root'),
      treeThings: (_: unknown, args: WithProject) => [leafOf(own(args.projectId), 'l1'), { __typename: 'TreeNut', id: 'n1', weight: 5 }],
      ...(version === 'v2' ? { treeRings: (_: unknown, args: WithProject) => [ringOf(own(args.projectId))] } : {}),
    },
    Mutation: {
      treeGrow: (_: unknown, args: WithProject & { input: { title: string } }) => {
        grown.push(`${own(args.projectId)}:${args.input.title}`);
        return { ...leafOf(args.projectId, args.input.title) };
      },
      ...(version === 'v2' ? { treeFell: () => true } : {}),
    },
    Project: {
      __resolveReference: ({ id }: { id: string }) => ({ id: own(id) }),
      tree: ({ id }: { id: string }) => ({ title: `tree of ${id}`, id, rings: [ringOf(id)], owner: 'nobody' }),
    },
    TreeProject: { leaves: ({ id }: { id: string }, args: { first?: number }) => leavesOf(id).slice(0, args.first ?? 3) },
    TreeLeaf: { __resolveReference: (ref: Leaf) => (ref.id === 'lost' ? null : ref.id === 'broken' ? Promise.reject(new GraphQLError('broken leaf')) : leafOf(own(ref.projectId), ref.id)) },
  };
  return buildSubgraphSchema({ typeDefs: parse(treeSdl[version]), resolvers: resolvers as never });
}

function leavesOf(projectId: string): Leaf[] {
  return ['l1', 'l2', 'l3'].map((id) => leafOf(projectId, id));
}

function leafOf(projectId: string, id: string): Leaf {
  return { __typename: 'TreeLeaf', projectId, id, title: `${projectId}-${id}`, shade: 'DARK', ring: ringOf(projectId) };
}

function ringOf(projectId: string): Ring {
  return { __typename: 'TreeRing', year: projectId.length };
}
