/** .helmignore: what may lie in a chart's folder and is no part of the chart. */
export const HELM_IGNORE = `.DS_Store
.git/
.gitignore
.idea/
.vscode/
.cdk8s-mlops.json
*.bak
*.orig
*.swp
*.tmp
*~
`;
