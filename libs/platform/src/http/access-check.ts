import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/internal';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { accessOf } from './access.js';

/** A handler of a controller. */
export interface Handler {
  readonly controller: Type;
  readonly method: string;
  readonly handle: object;
}

/** Every route handler of an app, found without making a controller. */
export function handlersOf(app: Pick<INestApplicationContext, 'get'>): Handler[] {
  const controllers = [...app.get(ModulesContainer, { strict: false }).values()].flatMap((module) => [...module.controllers.values()]);
  const scanner = new MetadataScanner();
  return controllers.flatMap(({ metatype }) => {
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, object>;
    return scanner
      .getAllMethodNames(prototype)
      .map((method) => ({ controller, method, handle: prototype[method]! }))
      .filter(({ handle }) => Reflect.hasMetadata(METHOD_METADATA, handle) && Reflect.hasMetadata(PATH_METADATA, handle));
  });
}

/** Stops the start when a route declares neither a permission nor that it is public: deny by default (AZN-02). */
export function checkAccess(app: Pick<INestApplicationContext, 'get'>): void {
  const silent = handlersOf(app).filter(({ handle, controller }) => !accessOf(handle, controller));
  if (silent.length === 0) return;
  const names = silent.map(({ controller, method }) => `${controller.name}.${method}`).join(', ');
  throw new Error(`these routes declare neither a permission nor that they are public: ${names}`);
}
