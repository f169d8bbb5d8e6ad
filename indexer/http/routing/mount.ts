import type { Express, RequestHandler } from 'express';
import { problem } from '../problems/codes.ts';
import type { Route } from './route.ts';

/** Puts the routes into the app; any other method on their paths is answered 405. */
export function mount(app: Express, routes: readonly Route[]): void {
  for (const { method, path, handlers } of routes) {
    app[method](expressPath(path), named(path), ...handlers);
  }
  for (const [path, methods] of methodsByPath(routes))
    app.all(expressPath(path), named(path), methodNotAllowed(methods));
}

/** The template, not the path, names the route in logs and metrics. */
export function named(template: string): RequestHandler {
  return (_req, res, next) => {
    res.locals.route = template;
    next();
  };
}

function methodNotAllowed(methods: readonly string[]): RequestHandler {
  const allowed = [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
  return (req, res) => {
    res.setHeader('Allow', allowed.join(', '));
    const detail = `${req.path} takes ${allowed.join(' and ')}, not ${req.method}.`;
    throw problem('method_not_allowed', detail, { example: allowed[0] });
  };
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { method, path } of routes) {
    found.set(path, [...(found.get(path) ?? []), method.toUpperCase()]);
  }
  return found;
}

/** What is called `path` has slashes in it. */
function expressPath(path: string): string {
  return path.replace('{path}', '*path').replaceAll(/\{(\w+)\}/g, ':$1');
}
