import { ApiObject, type App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { KserveModel } from '../constructs/kserve-model';
import { ModelApi } from '../constructs/model-api';
import { claimText, isRoute, routeClaims } from '../core/route-claims';
import type { Unit } from './unit';

/** A served model of a unit, and the objects that are its own. */
export interface DeclaredModel {
  readonly environment: string;
  readonly team: string;
  /** Its name, as the pin has it. */
  readonly model: string;
  readonly version: number;
  /** Its objects, as they are written, in the order of the manifest. */
  readonly objects: readonly object[];
  /** Those that lead requests to it. */
  readonly routes: readonly DeclaredRoute[];
}

/** An object that leads requests to a model. */
export interface DeclaredRoute {
  readonly kind: string;
  readonly name: string;
  /** What it takes for itself: `https://churn.example.com/`. */
  readonly claims: readonly string[];
}

/** The models that a unit serves. */
export function declaredModels(unit: Unit, app: App): DeclaredModel[] {
  return app.node
    .findAll()
    .filter(isModel)
    .map(construct => {
      const objects = construct.node
        .findAll()
        .filter(ApiObject.isApiObject)
        .map(object => object.toJson() as object);
      return {
        environment: unit.folder,
        team: unit.name.slice(unit.folder.length + 1),
        model: construct.model.name,
        version: construct.model.version,
        objects,
        routes: objects.filter(isRoute).map(object => {
          const { kind, metadata } = object as { kind: string; metadata: { name: string } };
          return { kind, name: metadata.name, claims: routeClaims(object).map(claimText) };
        }),
      };
    });
}

const isModel = (construct: IConstruct): construct is KserveModel | ModelApi =>
  construct instanceof ModelApi || construct instanceof KserveModel;
