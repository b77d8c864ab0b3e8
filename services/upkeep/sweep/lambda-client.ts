// Of Lambda's client what is called here: imported whole when it is asked for, a bundle would hold all of its operations.
export { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
