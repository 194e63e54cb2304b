// Architectures under the names that Hugging Face's loaders know. transformers.js opens an image classifier only when
// its config.json names one of these; the JavaScript class behind it is a mere wrapper around the ONNX file.

/** `model_type` → the first part of the class's name in transformers. */
const classNames: ReadonlyMap<string, string> = new Map([
  ["beit", "Beit"],
  ["convnext", "ConvNext"],
  ["convnextv2", "ConvNextV2"],
  ["deit", "DeiT"],
  ["dinov2", "Dinov2"],
  ["dinov2_with_registers", "Dinov2WithRegisters"],
  ["efficientnet", "EfficientNet"],
  ["hiera", "Hiera"],
  ["ijepa", "IJepa"],
  ["mobilenet_v1", "MobileNetV1"],
  ["mobilenet_v2", "MobileNetV2"],
  ["mobilevit", "MobileViT"],
  ["mobilevitv2", "MobileViTV2"],
  ["pvt", "Pvt"],
  ["resnet", "ResNet"],
  ["segformer", "Segformer"],
  ["swin", "Swin"],
  ["vit", "ViT"],
  ["vit_msn", "ViTMSN"],
]);

export interface ModelType {
  readonly model_type: string;
  readonly architectures: readonly [string];
  /** Whether the type is only there because loaders ask for one. */
  readonly nominal: boolean;
}

/** The type to write for a network of this architecture; "resnet", nominally, for those that are not in the list. */
export function modelTypeFor(architecture: string | undefined): ModelType {
  const known = architecture !== undefined && classNames.has(architecture);
  const type = known ? architecture : "resnet";
  return { model_type: type, architectures: [`${classNames.get(type)}ForImageClassification`], nominal: !known };
}
