// Validates an OpenAPI document: `node openapi.mjs FILE`. Prints what is wrong and exits with 1, or prints its version.
import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';

const validator = new Validator();
const result = await validator.validate(JSON.parse(await readFile(process.argv[2], 'utf8')));
if (!result.valid) {
    console.log(JSON.stringify(result.errors, null, 2));
    process.exit(1);
}
// Resolving says whether every reference leads somewhere.
validator.resolveRefs();
console.log(validator.version);
process.exit(validator.version === '3.1' ? 0 : 1);
