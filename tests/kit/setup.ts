// type-graphql reads decorators through this polyfill; processes import it in their main.ts.
import 'reflect-metadata';
