# Reads a safetensors file with the library of that format and writes it again: in, out. Prints what it found.
import json, sys
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1], framework="np") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    metadata = file.metadata()
save_file(tensors, sys.argv[2], metadata)
print(json.dumps({name: [str(t.dtype), list(t.shape), t.flatten().tolist()] for name, t in tensors.items()}, sort_keys=True))
