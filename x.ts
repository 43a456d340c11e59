import { readContract, crossRules } from './lib/helm/read-contract';
import { valuesYaml } from './lib/helm/values-yaml'; import { valuesSchema } from './lib/helm/values-schema'; import { valuesTable } from './lib/helm/values-table';
import { webValues, jobValues } from './test/helm/contracts';
for (const v of [webValues, jobValues] as any) { const c = readContract(v); 
console.log(valuesYaml(c)); console.log(JSON.stringify(valuesSchema(c, crossRules(v)),null,1).slice(0,1200)); console.log(valuesTable(c));}
